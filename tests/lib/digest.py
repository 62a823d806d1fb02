"""Digest authentication of a SIP request (RFC 7616, MD5 with qop=auth), as phones do it."""

import hashlib
import re
import secrets


def fields(challenge):
    """What a WWW-Authenticate header says."""
    return {name.lower(): quoted or bare for name, quoted, bare in re.findall(r'(\w+)=(?:"([^"]*)"|([^\s,]+))', challenge)}


def authorization(challenge, method, uri, user, password, count=1):
    """The Authorization header that answers the challenge; `count`: how often its nonce was used, this time included."""
    said, cnonce, times = fields(challenge), secrets.token_hex(8), f"{count:08x}"
    ha1 = _md5(f"{user}:{said['realm']}:{password}")
    ha2 = _md5(f"{method}:{uri}")
    response = _md5(f"{ha1}:{said['nonce']}:{times}:{cnonce}:auth:{ha2}")
    return (
        f'Digest username="{user}", realm="{said["realm"]}", nonce="{said["nonce"]}", uri="{uri}", '
        f'response="{response}", algorithm=MD5, qop=auth, nc={times}, cnonce="{cnonce}"'
    )


def _md5(text):
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
