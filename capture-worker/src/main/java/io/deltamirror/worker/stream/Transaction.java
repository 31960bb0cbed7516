package io.deltamirror.worker.stream;

/**
 * The transaction that the stream is in.
 *
 * @param commitLsn LSN of its commit record
 * @param commitMicros commit time on the source, microseconds since 1970 UTC
 * @param xid its top-level xid, 32 bits
 */
record Transaction(long commitLsn, long commitMicros, long xid) {}
