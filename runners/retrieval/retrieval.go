// Package retrieval holds what an open book can be: the retrievers that find passages for a question. A retriever sees the
// question and how many passages are wanted, never the item, so that ground truth cannot leak into what is shown.
package retrieval
