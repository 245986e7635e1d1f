package main

import (
	"fmt"
	"os"
	"strings"
)

// flagSecret is what a variable holds, else what the file does that a flag names,
// without the line end. A file with nothing in it would turn off what somebody
// meant to turn on.
func flagSecret(flag, variable, file string) (string, error) {
	if value := os.Getenv(variable); value != "" || file == "" {
		return value, nil
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return "", fmt.Errorf("%s: %w", flag, err)
	}
	value := strings.TrimRight(string(text), "\r\n")
	if value == "" {
		return "", fmt.Errorf("%s: there is nothing in %s", flag, file)
	}
	return value, nil
}
