/** One worker owns a mirror: its lease, its fence, and what it may write as long as it has both. */
package io.deltamirror.worker.lease;
