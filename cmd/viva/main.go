// Command viva sits language models an oral examination: the same questions with the books closed, with the right page open and
// with what a retriever finds; it says how often the answers are true, and how fast they come.
package main

import (
	"context"
	"os"
)

func main() { os.Exit(execute(context.Background(), os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }
