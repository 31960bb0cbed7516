package io.deltamirror.lake.apply;

/** A table among all mirrors. */
record TableKey(String mirror, long oid) {}
