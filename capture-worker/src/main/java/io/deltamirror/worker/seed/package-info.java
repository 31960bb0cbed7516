/** Brings tables into a mirror: who takes part, and the initial copy under an exported snapshot. */
package io.deltamirror.worker.seed;
