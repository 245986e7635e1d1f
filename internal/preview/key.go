package preview

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"
)

// KeyFile is the name of the file in the data folder that holds the key.
const KeyFile = "preview.key"

// MinKey is how many characters the text of a key must have. Whoever has one
// token can try keys against it for as long as they like.
const MinKey = 32

// ErrNoKey says that there is nothing to sign and to check with.
var ErrNoKey = errors.New("there is no key for preview links")

// ParseKey makes a key of a text of any length from MinKey characters up. White
// space around it does not count, so that a file may end in a line feed.
func ParseKey(text string) ([]byte, error) {
	text = strings.TrimSpace(text)
	if n := utf8.RuneCountInString(text); n < MinKey {
		return nil, fmt.Errorf("the key for preview links has %d characters; give it %d or more, as \"openssl rand -hex 32\" prints them", n, MinKey)
	}
	sum := sha256.Sum256([]byte("byline preview key 1\x00" + text))
	return sum[:], nil
}

// FindKey returns the key that is given as a text, else as a file that holds
// one, else the one in the data folder, which is made if need be. Without any
// of the three the error is ErrNoKey.
func FindKey(text, file, data string) ([]byte, error) {
	switch {
	case text != "" && file != "":
		return nil, errors.New("the key for preview links is given as a text and as a file; give one of the two")
	case text != "":
		return ParseKey(text)
	case file != "":
		return readKey(file)
	case data != "":
		return KeyIn(data)
	}
	return nil, ErrNoKey
}

func readKey(file string) ([]byte, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read the key for preview links: %w", err)
	}
	key, err := ParseKey(string(text))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return key, nil
}

// KeyIn returns the key of a data folder. The first call makes it: 32 random
// bytes, as text that can also be handed to a CI job. Processes that make it at
// once agree on one.
func KeyIn(data string) ([]byte, error) {
	file := filepath.Join(data, KeyFile)
	key, err := readKey(file)
	if !errors.Is(err, fs.ErrNotExist) {
		return key, err
	}
	if err := makeKey(data, file); err != nil {
		return nil, fmt.Errorf("make the key for preview links: %w", err)
	}
	return readKey(file)
}

// makeKey writes the key beside its place and links it there, which fails when
// another was faster: nobody ever sees half a key, and the first one stays.
func makeKey(data, file string) error {
	if err := os.MkdirAll(data, 0o755); err != nil {
		return err
	}
	f, err := os.CreateTemp(data, "."+KeyFile+"-*") // for its owner only
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	random := make([]byte, 32)
	rand.Read(random) // never fails
	_, err = f.WriteString(hex.EncodeToString(random) + "\n")
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Link(f.Name(), file); !errors.Is(err, fs.ErrExist) {
		return err
	}
	return nil
}
