#!/bin/sh
# Makes the default hold music, and the tone that asks for a PIN: make-music.sh MUSIC.wav TONE.wav (needs sox).
#
# Sixteen bars of plucked arpeggios over a bass line, written for this project and synthesised here; no recording or
# sample of anybody's is used. CC0 1.0. The same file each time, byte for byte.
set -eu

out=${1:?usage: make-music.sh MUSIC.wav TONE.wav}
ask=${2:?usage: make-music.sh MUSIC.wav TONE.wav}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

rate=16000       # wideband callers (G.722, opus) get all of it, the others a resampled copy
bar=4.5          # seconds; 16 bars = 72 s before the music repeats
eighths='0 0.5625 1.125 1.6875 2.25 2.8125 3.375 3.9375' # where they begin in the bar
level=-18        # dBFS RMS, the level of ordinary speech on a telephone

# One bar a line: the bass note, then the eight eighths of the arpeggio.
score='
C3  C4 G4 E5 B4 D5 G4 E4 G4
A2  C4 E4 A4 C5 G4 E4 C5 B4
F2  A3 C4 F4 A4 E5 C5 A4 G4
G2  B3 D4 G4 B4 E5 D5 B4 G4
E3  B3 E4 G4 B4 D5 B4 G4 E4
A2  C4 E4 G4 C5 E5 C5 G4 E4
D3  A3 D4 F4 A4 C5 A4 F4 D4
G2  C4 D4 G4 C5 D5 B4 G4 D4
C3  E4 G4 C5 E5 G5 E5 D5 G4
A2  E4 A4 C5 E5 A5 G5 E5 C5
F2  C4 F4 A4 C5 F5 E5 C5 A4
G2  D4 G4 B4 D5 G5 E5 D5 B4
E3  E4 G4 B4 E5 G5 E5 B4 G4
A2  C4 E4 A4 B4 C5 E5 C5 A4
D3  D4 F4 A4 D5 F5 E5 D5 A4
G2  D4 G4 C5 D5 B4 G4 D4 B3
'

# play_bar FILE BASS NOTE...: one bar, ringing on through the next one.
play_bar()
{
	file=$1 bass=$2
	shift 2
	voices="pluck $bass"
	for note; do
		voices="$voices pluck $note"
	done
	# shellcheck disable=SC2086 # lists of words
	sox -R -n -r $rate "$file" synth 6.5 $voices delay 0 $eighths \
		remix 1v0.07,2v0.10,3v0.10,4v0.10,5v0.10,6v0.09,7v0.10,8v0.09,9v0.09 fade h 0.01 9 3
}

# Twice through, so that the second round begins in the reverberation of the first one's end: that round alone is kept,
# and it loops without a seam.
n=0
set --
for round in 1 2; do
	while read -r bass notes; do
		[ -n "$bass" ] || continue
		# shellcheck disable=SC2086 # a list of notes
		[ $round = 2 ] || play_bar "$work/bar$n.wav" "$bass" $notes
		start=$(echo "$n $round" | awk -v b=$bar '{ print $1 * b }')
		sox "$work/bar$((n % 16)).wav" "$work/at$n.wav" pad "$start"
		set -- "$@" -v 1 "$work/at$n.wav"
		n=$((n + 1))
	done <<-END
	$score
	END
done
# Three beeps; what tests listen for is in tests/lib/tones.py.
sox -R -n -r $rate "$work/beep.wav" synth 0.2 sine 650 fade h 0.01 0.2 0.01 pad 0 0.1
sox -R "$work/beep.wav" -b 16 -c 1 "$ask" repeat 2 gain -n -12

length=$(echo 16 | awk -v b=$bar '{ print $1 * b }')
sox -R -m "$@" "$work/dry.wav" highpass 120 lowpass 4000
sox -R "$work/dry.wav" "$work/wet.wav" gain -6 reverb 35 50 70 remix - \
	compand 0.02,0.4 -60,-60,-30,-24,-18,-17,0,-11 trim "$length" "$length"

# The ceiling is checked rather than hoped for: music that clips is an error.
rms=$(sox "$work/wet.wav" -n stats 2>&1 | awk '/^RMS lev dB/ { print $4 }')
gain=$(echo "$rms" | awk -v l=$level '{ print l - $1 }')
sox -R "$work/wet.wav" -b 16 -c 1 "$out" gain "$gain"
peak=$(sox "$out" -n stats 2>&1 | awk '/^Pk lev dB/ { print $4 }')
if ! echo "$peak" | awk '{ exit !($1 < -1) }'; then
	echo "make-music: peak at $peak dBFS, allowed: below -1" >&2
	exit 1
fi
