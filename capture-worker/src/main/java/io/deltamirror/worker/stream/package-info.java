/**
 * The replication stream of a mirror: decoded, cut into change batches, and hosted in Debezium's
 * engine, which stores offsets behind acknowledged events.
 */
package io.deltamirror.worker.stream;
