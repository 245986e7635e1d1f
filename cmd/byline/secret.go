package main

import "fmt"

// flagSecret is what a variable holds, else the file that a flag names. A file
// with nothing in it would turn off what somebody meant to turn on.
func flagSecret(flag, variable, file string) (string, error) {
	value, err := secret(variable, file)
	if err != nil {
		return "", fmt.Errorf("%s: %w", flag, err)
	}
	if value == "" && file != "" {
		return "", fmt.Errorf("%s: there is nothing in %s", flag, file)
	}
	return value, nil
}
