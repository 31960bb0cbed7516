package io.deltamirror.core.schema;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Optional;

/**
 * What people may choose about the types of a mirror's columns.
 *
 * @param timestampNtz whether {@code timestamp} becomes Delta's TIMESTAMP_NTZ, which not every
 *     reader knows, instead of TIMESTAMP
 * @param numericScale digits behind the point when numeric without precision, or with more than 38
 *     digits, becomes decimal(38, scale); empty for text
 */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record TypeOptions(boolean timestampNtz, Optional<Integer> numericScale) {
  /** Readable everywhere, and without loss. */
  public static final TypeOptions DEFAULT = new TypeOptions(false, Optional.empty());

  public TypeOptions {
    if (numericScale.filter(scale -> scale < 0 || scale > DecimalType.MAX_PRECISION).isPresent()) {
      throw new IllegalArgumentException("a scale of numeric is from 0 to 38");
    }
  }
}
