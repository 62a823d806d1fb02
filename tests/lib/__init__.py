"""A SIP user agent that measures what it hears, and what the tests need around it.

In reading order:
    tones        which tones are in 20 ms of sound
    g711, rtp    one stream: sends a tone, tells what arrives
    heard        what a call heard and when; waits for a sound
    sip, sdp     messages and session descriptions
    wire         how messages travel: UDP or TCP
    transaction  a request and its retransmissions
    dialog       the state of a dialog, and the requests that come out of it
    call, phone  a dialog with its sound; a number that makes calls
    baresip      drives a client that nobody here wrote
    settings     where the stack listens
    api, ng, rpc the admin API; rtpengine's control protocol; Kamailio's
    stack        containers, and what is left of a call inside
    waiting      asks until an answer is good
"""
