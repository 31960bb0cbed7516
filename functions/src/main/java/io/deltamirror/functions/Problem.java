package io.deltamirror.functions;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.microsoft.azure.functions.HttpStatus;
import io.deltamirror.core.ErrorCode;
import java.util.List;
import java.util.Optional;

/**
 * A failure over HTTP: the members of RFC 9457, and those of the errors of Fabric's API.
 *
 * @param type names the kind of problem; not an address
 * @param title what the code means
 * @param status HTTP's
 * @param detail what happened, as {@code message}
 * @param requestId the invocation's, which is in its log too
 * @param moreDetails what to do about it
 * @param isRetriable whether the same request may succeed later
 */
record Problem(
    String type,
    String title,
    int status,
    String detail,
    ErrorCode errorCode,
    String message,
    String requestId,
    List<Remedy> moreDetails,
    @JsonProperty("isRetriable") boolean isRetriable,
    Optional<Resource> relatedResource) {

  static final String CONTENT_TYPE = "application/problem+json";

  record Remedy(ErrorCode errorCode, String message) {}

  record Resource(String resourceId, String resourceType) {}

  static Problem of(ErrorCode code, String message, String requestId, String mirror) {
    return new Problem(
        "urn:delta-mirror:error:" + code,
        code.summary(),
        httpStatus(code).value(),
        message,
        code,
        message,
        requestId,
        List.of(new Remedy(code, code.remedy())),
        code.retriable(),
        Optional.of(new Resource(mirror, "MirroredDatabase")));
  }

  HttpStatus httpStatus() {
    return httpStatus(errorCode);
  }

  private static HttpStatus httpStatus(ErrorCode code) {
    return switch (code) {
      case INVALID_ARGUMENT -> HttpStatus.BAD_REQUEST;
      case MIRROR_NOT_FOUND, DEAD_LETTER_NOT_FOUND -> HttpStatus.NOT_FOUND;
      case MIRROR_CONFLICT -> HttpStatus.CONFLICT;
      default ->
          code.retriable() ? HttpStatus.SERVICE_UNAVAILABLE : HttpStatus.INTERNAL_SERVER_ERROR;
    };
  }
}
