package io.deltamirror.core.control;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.state.Fault;
import java.time.Instant;

/**
 * A fault as people see it.
 *
 * @param errorCode stable, see {@code docs/errors.md}
 * @param message what happened
 * @param remedy what to do about it
 * @param at when it happened
 */
public record ReportedFault(ErrorCode errorCode, String message, String remedy, Instant at) {
  static ReportedFault of(Fault fault) {
    return new ReportedFault(fault.code(), fault.message(), fault.code().remedy(), fault.at());
  }
}
