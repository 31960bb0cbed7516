/**
 * PostgreSQL's logical replication messages, from bytes to calls; knows nothing of hubs or lakes.
 */
package io.deltamirror.worker.pgoutput;
