package io.deltamirror.core.source;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import java.sql.SQLException;

/** PostgreSQL's SQLSTATE to our codes (its manual, appendix A). */
public final class SourceErrors {
  private SourceErrors() {}

  /** The failure with a code; the cause stays attached. */
  public static MirrorException of(String doing, SQLException e) {
    return new MirrorException(code(e), doing + ": " + e.getMessage(), e);
  }

  private static ErrorCode code(SQLException e) {
    String state = e.getSQLState() == null ? "" : e.getSQLState();
    return switch (state) {
      case "28P01", "28000" -> ErrorCode.SOURCE_AUTHENTICATION;
      case "3D000" -> ErrorCode.SOURCE_DATABASE_MISSING;
      case "42501" -> ErrorCode.SOURCE_ROLE;
      case "53400" -> ErrorCode.SOURCE_SLOTS;
      case "55006" -> ErrorCode.SOURCE_SLOT_IN_USE;
      default ->
          state.startsWith("08") || state.startsWith("57P") || state.equals("53300")
              ? ErrorCode.SOURCE_UNREACHABLE
              : ErrorCode.SOURCE_FAILED;
    };
  }
}
