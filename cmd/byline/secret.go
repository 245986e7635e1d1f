package main

import (
	"fmt"
	"os"
	"strings"
)

// secret reads a secret from the file that a flag names, or else from a
// variable; "" when there is neither. It is no flag itself: others can see the
// command line of a program.
func secret(flag, file, variable string) (string, error) {
	if file == "" {
		return os.Getenv(variable), nil
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return "", fmt.Errorf("%s: %w", flag, err)
	}
	value := strings.TrimSpace(string(text))
	if value == "" {
		return "", fmt.Errorf("%s: there is nothing in %s", flag, file)
	}
	return value, nil
}
