//go:build unix

package main

import (
	"os"
	"syscall"
)

// lock takes a lock that ends with the process, however it ends, so that no two processes ask the same run. The error means that
// another one has it.
func lock(name string) (unlock func(), err error) {
	f, err := os.OpenFile(name, os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		f.Close()
		return nil, err
	}
	return func() {
		_ = os.Remove(name) // before the lock goes, so that nobody locks a file that is about to vanish
		f.Close()
	}, nil
}
