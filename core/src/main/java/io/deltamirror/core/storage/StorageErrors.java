package io.deltamirror.core.storage;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import java.io.IOException;
import java.util.Locale;

/** A storage's failures to our codes: it is full, or it does not answer. */
public final class StorageErrors {
  private StorageErrors() {}

  /** The failure with a code; the cause stays attached. */
  public static MirrorException of(String doing, IOException e) {
    return new MirrorException(code(e), doing + ": " + e.getMessage(), e);
  }

  /** Operating systems say it in words only, which Java passes on. */
  public static ErrorCode code(IOException e) {
    String message = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
    boolean full = message.contains("no space left") || message.contains("disk quota");
    return full ? ErrorCode.STORAGE_FULL : ErrorCode.STORAGE_UNAVAILABLE;
  }
}
