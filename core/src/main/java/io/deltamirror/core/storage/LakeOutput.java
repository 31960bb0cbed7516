package io.deltamirror.core.storage;

import java.io.IOException;
import java.io.OutputStream;

/** A large file being written. Closing makes it appear; after {@link #abort} it never does. */
public abstract class LakeOutput extends OutputStream {
  /** Bytes written so far. */
  public abstract long position();

  /** Gives up: nothing appears, and a later {@link #close} does nothing. */
  public abstract void abort() throws IOException;
}
