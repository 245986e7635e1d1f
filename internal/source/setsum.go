package source

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"math/bits"
)

// setSum is the hash of a set of files that costs what changes: the sum of their
// SHA-256 values modulo 2^256 (AdHash of Bellare and Micciancio, "A New Paradigm
// for Collision-Free Hashing", 1997). Equal sets have equal sums in whatever order
// they came about, and two others have the same one only by an accident of
// 2^-256. That is all that a revision needs: who could make two sets collide on
// purpose can as well write the content that he wants.
type setSum [4]uint64

func (s *setSum) add(path, hash string) {
	var carry uint64
	for i, word := range words(path, hash) {
		s[i], carry = bits.Add64(s[i], word, carry)
	}
}

func (s *setSum) remove(path, hash string) {
	var borrow uint64
	for i, word := range words(path, hash) {
		s[i], borrow = bits.Sub64(s[i], word, borrow)
	}
}

func words(path, hash string) (w setSum) {
	sum := sha256.Sum256([]byte(path + "\x00" + hash))
	for i := range w {
		w[i] = binary.LittleEndian.Uint64(sum[8*i:])
	}
	return w
}

// revision is the sum as a name.
func (s *setSum) revision() string {
	return "dir-" + hex.EncodeToString(binary.BigEndian.AppendUint64(nil, s[3])[:6])
}
