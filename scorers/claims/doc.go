// Package claims takes a reply apart into claims and has a judge say which of them the passages, or the true answer, support. The
// figures are those of FActScore, RAGAS, RAGChecker, SAFE and VeriScore, computed by pure functions over counts and tables.
//
// A judge's reply that does not keep to its contract is no verdict: the question is then unscored. A figure over nothing is
// undefined, never 1 and never not-a-number. See docs/decisions/0012-claims-and-verifiers.md.
package claims
