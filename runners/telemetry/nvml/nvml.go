// Package nvml reads the NVIDIA cards of this machine through their driver's library, which is looked for when it is opened: a program
// with this package runs where there is none.
package nvml

import "errors"

// ErrAbsent is the error of a machine without a driver or without cards, and of builds that cannot look for one.
var ErrAbsent = errors.New("this machine has no NVIDIA driver that could be read")
