/**
 * @file sdp_samples.h  Session descriptions as carriers and phones make them
 */
#ifndef SDP_SAMPLES_H
#define SDP_SAMPLES_H

/* What most tests vary */
#define SDP_HEAD                                                                                   \
	"v=0\r\n"                                                                                  \
	"o=- 3724 1522 IN IP4 192.0.2.10\r\n"                                                      \
	"s=-\r\n"                                                                                  \
	"c=IN IP4 192.0.2.10\r\n"                                                                  \
	"t=0 0\r\n"

#define SDP_TWILIO                                                                                 \
	"v=0\r\n"                                                                                  \
	"o=root 1567438491 1567438492 IN IP4 172.18.146.22\r\n"                                    \
	"s=Twilio Media Gateway\r\n"                                                               \
	"c=IN IP4 168.86.128.51\r\n"                                                               \
	"t=0 0\r\n"                                                                                \
	"m=audio 17346 RTP/AVP 0 8 101\r\n"                                                        \
	"a=rtpmap:0 PCMU/8000\r\n"                                                                 \
	"a=rtpmap:8 PCMA/8000\r\n"                                                                 \
	"a=rtpmap:101 telephone-event/8000\r\n"                                                    \
	"a=fmtp:101 0-16\r\n"                                                                      \
	"a=ptime:20\r\n"                                                                           \
	"a=maxptime:150\r\n"                                                                       \
	"a=sendrecv\r\n"

/* FreeSWITCH: no rtpmap for static payload types */
#define SDP_TELNYX                                                                                 \
	"v=0\r\n"                                                                                  \
	"o=FreeSWITCH 1731234567 1731234568 IN IP4 64.16.250.10\r\n"                               \
	"s=FreeSWITCH\r\n"                                                                         \
	"c=IN IP4 64.16.250.10\r\n"                                                                \
	"t=0 0\r\n"                                                                                \
	"m=audio 21104 RTP/AVP 9 0 8 18 101 13\r\n"                                                \
	"a=rtpmap:101 telephone-event/8000\r\n"                                                    \
	"a=fmtp:101 0-15\r\n"                                                                      \
	"a=ptime:20\r\n"

/* IMS: many codecs first that we do not serve, two telephone-events, preconditions */
#define SDP_TELEKOM                                                                                \
	"v=0\r\n"                                                                                  \
	"o=- 3873210 1 IN IP4 217.0.31.4\r\n"                                                      \
	"s=-\r\n"                                                                                  \
	"c=IN IP4 217.0.31.4\r\n"                                                                  \
	"b=AS:84\r\n"                                                                              \
	"b=RS:500\r\n"                                                                             \
	"b=RR:1500\r\n"                                                                            \
	"t=0 0\r\n"                                                                                \
	"a=sendrecv\r\n"                                                                           \
	"m=audio 20078 RTP/AVP 98 96 97 99 9 8 0 18 100 101\r\n"                                   \
	"b=AS:84\r\n"                                                                              \
	"a=rtpmap:98 EVS/16000/1\r\n"                                                              \
	"a=fmtp:98 br=5.9-24.4;bw=nb-swb;max-red=0\r\n"                                            \
	"a=rtpmap:96 AMR-WB/16000/1\r\n"                                                           \
	"a=fmtp:96 mode-change-capability=2;max-red=0\r\n"                                         \
	"a=rtpmap:97 AMR-WB/16000/1\r\n"                                                           \
	"a=fmtp:97 octet-align=1\r\n"                                                              \
	"a=rtpmap:99 AMR/8000/1\r\n"                                                               \
	"a=fmtp:99 mode-change-capability=2\r\n"                                                   \
	"a=rtpmap:9 G722/8000/1\r\n"                                                               \
	"a=rtpmap:8 PCMA/8000/1\r\n"                                                               \
	"a=rtpmap:0 PCMU/8000/1\r\n"                                                               \
	"a=rtpmap:18 G729/8000/1\r\n"                                                              \
	"a=fmtp:18 annexb=no\r\n"                                                                  \
	"a=rtpmap:100 telephone-event/16000\r\n"                                                   \
	"a=fmtp:100 0-15\r\n"                                                                      \
	"a=rtpmap:101 telephone-event/8000\r\n"                                                    \
	"a=fmtp:101 0-15\r\n"                                                                      \
	"a=curr:qos local none\r\n"                                                                \
	"a=des:qos optional local sendrecv\r\n"                                                    \
	"a=ptime:20\r\n"                                                                           \
	"a=maxptime:240\r\n"

/* RTP/AVPF, and a second stream with video */
#define SDP_LINPHONE                                                                               \
	"v=0\r\n"                                                                                  \
	"o=alice 3724 1522 IN IP4 192.168.1.10\r\n"                                                \
	"s=Talk\r\n"                                                                               \
	"c=IN IP4 192.168.1.10\r\n"                                                                \
	"t=0 0\r\n"                                                                                \
	"a=rtcp-xr:rcvr-rtt=all:10000 stat-summary=loss,dup,jitt,TTL voip-metrics\r\n"             \
	"a=record:off\r\n"                                                                         \
	"m=audio 7078 RTP/AVPF 96 97 98 0 8 18 101 99 100\r\n"                                     \
	"a=rtpmap:96 opus/48000/2\r\n"                                                             \
	"a=fmtp:96 useinbandfec=1\r\n"                                                             \
	"a=rtpmap:97 speex/16000\r\n"                                                              \
	"a=fmtp:97 vbr=on\r\n"                                                                     \
	"a=rtpmap:98 speex/8000\r\n"                                                               \
	"a=fmtp:98 vbr=on\r\n"                                                                     \
	"a=fmtp:18 annexb=yes\r\n"                                                                 \
	"a=rtpmap:101 telephone-event/48000\r\n"                                                   \
	"a=rtpmap:99 telephone-event/16000\r\n"                                                    \
	"a=rtpmap:100 telephone-event/8000\r\n"                                                    \
	"a=rtcp-fb:* trr-int 5000\r\n"                                                             \
	"a=rtcp-fb:* ccm tmmbr\r\n"                                                                \
	"m=video 9078 RTP/AVPF 96 97\r\n"                                                          \
	"a=rtpmap:96 VP8/90000\r\n"                                                                \
	"a=rtpmap:97 H264/90000\r\n"                                                               \
	"a=fmtp:97 profile-level-id=42801F\r\n"                                                    \
	"a=rtcp-fb:* trr-int 5000\r\n"                                                             \
	"a=rtcp-fb:96 nack pli\r\n"

/* baresip: telephone-event at 8000 Hz only, whatever the codec */
#define SDP_BARESIP                                                                                \
	"v=0\r\n"                                                                                  \
	"o=- 2208988800 2 IN IP4 127.0.0.1\r\n"                                                    \
	"s=-\r\n"                                                                                  \
	"c=IN IP4 127.0.0.1\r\n"                                                                   \
	"t=0 0\r\n"                                                                                \
	"a=tool:baresip 3.20.0\r\n"                                                                \
	"m=audio 10020 RTP/AVP 96 0 8 101\r\n"                                                     \
	"b=AS:125\r\n"                                                                             \
	"a=rtpmap:96 opus/48000/2\r\n"                                                             \
	"a=fmtp:96 stereo=1;sprop-stereo=1\r\n"                                                    \
	"a=rtpmap:0 PCMU/8000\r\n"                                                                 \
	"a=rtpmap:8 PCMA/8000\r\n"                                                                 \
	"a=rtpmap:101 telephone-event/8000\r\n"                                                    \
	"a=fmtp:101 0-15\r\n"                                                                      \
	"a=rtcp:10021\r\n"                                                                         \
	"a=sendrecv\r\n"                                                                           \
	"a=label:1\r\n"                                                                            \
	"a=rtcp-rsize\r\n"                                                                         \
	"a=ssrc:2391243523 cname:sip:a@127.0.0.1\r\n"                                              \
	"a=ptime:20\r\n"

#define SDP_WEBRTC                                                                                 \
	"v=0\r\n"                                                                                  \
	"o=- 4611731400430051336 2 IN IP4 127.0.0.1\r\n"                                           \
	"s=-\r\n"                                                                                  \
	"t=0 0\r\n"                                                                                \
	"a=group:BUNDLE 0\r\n"                                                                     \
	"a=msid-semantic: WMS\r\n"                                                                 \
	"m=audio 9 UDP/TLS/RTP/SAVPF 111 0 8 110 126\r\n"                                          \
	"c=IN IP4 0.0.0.0\r\n"                                                                     \
	"a=rtcp:9 IN IP4 0.0.0.0\r\n"                                                              \
	"a=ice-ufrag:F7gI\r\n"                                                                     \
	"a=ice-pwd:x9cml/YzichV2+XlhiMu8g\r\n"                                                     \
	"a=fingerprint:sha-256 D1:2C:BE:AD:C4:F6:64:5C\r\n"                                        \
	"a=setup:actpass\r\n"                                                                      \
	"a=mid:0\r\n"                                                                              \
	"a=sendrecv\r\n"                                                                           \
	"a=rtcp-mux\r\n"                                                                           \
	"a=rtpmap:111 opus/48000/2\r\n"                                                            \
	"a=rtpmap:110 telephone-event/48000\r\n"                                                   \
	"a=rtpmap:126 telephone-event/8000\r\n"

/* An answer as rtpengine makes it */
#define SDP_ANSWER                                                                                 \
	"v=0\r\n"                                                                                  \
	"o=- 1 1 IN IP4 203.0.113.5\r\n"                                                           \
	"s=ExecLine\r\n"                                                                           \
	"c=IN IP4 203.0.113.5\r\n"                                                                 \
	"t=0 0\r\n"                                                                                \
	"m=audio 30012 RTP/AVP 0 101\r\n"                                                          \
	"a=rtpmap:0 PCMU/8000\r\n"                                                                 \
	"a=rtpmap:101 telephone-event/8000\r\n"                                                    \
	"a=fmtp:101 0-15\r\n"                                                                      \
	"a=sendrecv\r\n"                                                                           \
	"a=rtcp:30013\r\n"

#endif
