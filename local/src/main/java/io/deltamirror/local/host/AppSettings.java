package io.deltamirror.local.host;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** App settings, as triggers name them. */
record AppSettings(Map<String, String> values) {
  private static final Pattern REFERENCE = Pattern.compile("%([^%]+)%");

  /**
   * The value of a setting.
   *
   * @throws MirrorException {@code INVALID_ARGUMENT} when there is none
   */
  String required(String name) {
    String value = values.get(name);
    if (value == null || value.isBlank()) {
      throw new MirrorException(
          ErrorCode.INVALID_ARGUMENT, "the app setting " + name + " is missing");
    }
    return value;
  }

  /** A text of an annotation, each {@code %NAME%} in it replaced by that setting. */
  String resolve(String text) {
    return REFERENCE
        .matcher(text)
        .replaceAll((MatchResult m) -> Matcher.quoteReplacement(required(m.group(1))));
  }
}
