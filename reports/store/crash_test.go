package store

func subprocess(role string) int { return 2 }
