package picture

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/png"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// Programs are the encoders of other projects that were found on this machine,
// by the format that they make. The zero value has none.
type Programs struct {
	WebP, AVIF Program
}

// Program is one of them.
type Program struct {
	file    string // "" when there is none
	version string
	encode  func(ctx context.Context, file string, png []byte, lossless bool) ([]byte, error)
}

// patience is how long a program may take for one picture.
const patience = 30 * time.Second

// trial is how long one may take to show that it works. A server waits for that
// before it starts.
const trial = 5 * time.Second

// FindPrograms looks for cwebp and avifenc on PATH and has each make a small
// picture. One that cannot is as good as none, and said to be so in the log.
func FindPrograms(ctx context.Context, log *slog.Logger) Programs {
	return Programs{
		WebP: find(ctx, log, trial, "cwebp", []string{"-version"}, WebP, cwebp),
		AVIF: find(ctx, log, trial, "avifenc", []string{"--version"}, AVIF, avifenc),
	}
}

func find(ctx context.Context, log *slog.Logger, trial time.Duration, name string, version []string, makes Format, encode func(context.Context, string, []byte, bool) ([]byte, error)) Program {
	file, err := exec.LookPath(name)
	if err != nil {
		log.Debug("not found on PATH", "program", name)
		return Program{}
	}
	ctx, cancel := context.WithTimeoutCause(ctx, trial, fmt.Errorf("it took longer than %v", trial))
	defer cancel()
	says, err := run(ctx, file, nil, version...)
	p := Program{file: file, encode: encode}
	p.version, _, _ = strings.Cut(strings.TrimSpace(string(says)), "\n")
	if err == nil {
		var small bytes.Buffer
		err = png.Encode(&small, image.NewNRGBA(image.Rect(0, 0, 8, 8)))
		var made []byte
		if err == nil {
			made, err = p.run(ctx, small.Bytes(), false)
		}
		if err == nil && FormatOf(made) != makes {
			err = fmt.Errorf("it makes no %s", makes)
		}
	}
	if err != nil {
		if ctx.Err() != nil {
			err = context.Cause(ctx)
		}
		log.Warn("a program that makes pictures smaller does not work; pages do without it", "program", file, "why", err)
		return Program{}
	}
	log.Debug("found", "program", file, "version", p.version)
	return p
}

// there reports whether the program can be used.
func (p Program) there() bool { return p.file != "" }

// run encodes a PNG. lines says that the picture is of lines and letters rather
// than of the world.
func (p Program) run(ctx context.Context, png []byte, lines bool) ([]byte, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, patience, fmt.Errorf("it took longer than %v", patience))
	defer cancel()
	out, err := p.encode(ctx, p.file, png, lines)
	if err != nil && ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	return out, err
}

// cwebp reads from its standard input and writes to its standard output.
func cwebp(ctx context.Context, file string, png []byte, lines bool) ([]byte, error) {
	args := []string{"-quiet", "-metadata", "icc", "-m", "4"}
	if lines {
		args = append(args, "-q", "88", "-sharp_yuv")
	} else {
		args = append(args, "-q", "78")
	}
	return run(ctx, file, png, append(args, "-o", "-", "--", "-")...)
}

// avifenc reads and writes files only: in a folder that is the program's alone.
func avifenc(ctx context.Context, file string, png []byte, lines bool) ([]byte, error) {
	dir, err := os.MkdirTemp("", "byline-picture-") // 0700
	if err != nil {
		return nil, passing{fmt.Errorf("make a folder for a picture: %w", err)} // the disk may have room later
	}
	defer os.RemoveAll(dir)
	from, to := filepath.Join(dir, "from.png"), filepath.Join(dir, "to.avif")
	if err := os.WriteFile(from, png, 0o600); err != nil {
		return nil, passing{err}
	}
	args := []string{"--jobs", "1", "--speed", "8", "--ignore-exif", "--ignore-xmp"}
	if lines {
		args = append(args, "--min", "18", "--max", "28", "--yuv", "444")
	} else {
		args = append(args, "--min", "24", "--max", "32", "--yuv", "420")
	}
	if _, err := run(ctx, file, nil, append(args, from, to)...); err != nil {
		return nil, err
	}
	return os.ReadFile(to)
}

// run runs a program, without a shell and without our environment, and returns
// what it writes. What it complains of is the error.
func run(ctx context.Context, file string, input []byte, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, file, args...)
	cmd.Env = []string{}
	cmd.Stdin = bytes.NewReader(input)
	cmd.WaitDelay = time.Second
	var out, complaint bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &complaint
	err := cmd.Run()
	if err != nil {
		if says := strings.TrimSpace(complaint.String()); says != "" {
			err = errors.Join(err, errors.New(says[:min(len(says), 200)]))
		}
		return nil, fmt.Errorf("%s: %w", filepath.Base(file), err)
	}
	return out.Bytes(), nil
}
