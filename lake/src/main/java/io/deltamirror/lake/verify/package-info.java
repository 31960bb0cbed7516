/**
 * Compares a source with its mirror: the independent check that nothing was lost, doubled or bent.
 *
 * <p>It shares no code with what writes the mirror. The source is read through {@code COPY … TO
 * STDOUT}, the Delta tables through Delta Kernel's public interface, and both sides are brought to
 * PostgreSQL's own text form here. {@link io.deltamirror.lake.verify.MirrorVerifier} is the entry.
 */
package io.deltamirror.lake.verify;
