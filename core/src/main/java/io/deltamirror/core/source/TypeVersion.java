package io.deltamirror.core.source;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An enum or a composite as the catalog has it, as text that tells later whether PostgreSQL prints
 * values otherwise that are already stored: ALTER TYPE writes nothing of that to the WAL.
 *
 * <p>Of an enum it has, in the order of the labels' OIDs, the transaction that wrote each label
 * last. A rename is another transaction at that place, also when a second one takes it back; new
 * labels come at the end, wherever they sort. Where they do not (the counter of OIDs began anew, or
 * PostgreSQL had to number all labels again), that looks like a rename.
 *
 * <p>Of a composite it has a fingerprint of the attributes, dropped ones too: what was added or
 * dropped shows in it for ever.
 *
 * @param oid of the type
 * @param kind {@code pg_type.typtype}: e or c
 * @param versions as said above
 * @param settled whether it has not changed since the columns were there that have it: so it is of
 *     no concern that nobody has looked at it before
 * @param name for people
 */
record TypeVersion(long oid, char kind, String versions, boolean settled, String name) {
  private static final int RADIX = 36;
  private static final char ENUM = 'e';
  private static final String SETTLED = "+";

  /**
   * An enum.
   *
   * @param xmins of the labels, by OID
   */
  static String labels(List<Integer> xmins) {
    List<String> runs = new ArrayList<>();
    for (int from = 0; from < xmins.size(); ) {
      int to = from + 1;
      while (to < xmins.size() && xmins.get(to).equals(xmins.get(from))) {
        to++;
      }
      String xmin = Integer.toUnsignedString(xmins.get(from), RADIX);
      runs.add(to - from == 1 ? xmin : xmin + "*" + (to - from));
      from = to;
    }
    return String.join(".", runs);
  }

  /** A composite, by whatever says what its attributes are. */
  static String attributes(String description) {
    return Long.toString(Fingerprint.of(description).value(), RADIX);
  }

  static TypeVersion parse(String text) {
    String[] parts = text.split(":", -1);
    return new TypeVersion(
        Long.parseLong(parts[0].substring(1), RADIX),
        parts[0].charAt(0),
        parts[1],
        parts[2].equals(SETTLED),
        URLDecoder.decode(parts[3], StandardCharsets.UTF_8));
  }

  /** Has neither blanks nor line breaks. */
  @Override
  public String toString() {
    return kind
        + Long.toString(oid, RADIX)
        + ":"
        + versions
        + ":"
        + (settled ? SETTLED : "")
        + ":"
        + URLEncoder.encode(name, StandardCharsets.UTF_8);
  }

  /** What happened to stored values from this to a later look at the same type, if anything did. */
  Optional<String> until(TypeVersion now) {
    if (versions.equals(now.versions)) {
      return Optional.empty();
    }
    if (kind != ENUM) {
      return Optional.of("attributes of type " + now.name + " changed");
    }
    List<String> before = labels(versions);
    List<String> after = labels(now.versions);
    boolean onlyMore =
        before.size() <= after.size() && after.subList(0, before.size()).equals(before);
    return onlyMore
        ? Optional.empty()
        : Optional.of("values of type " + now.name + " were renamed");
  }

  private static List<String> labels(String versions) {
    List<String> labels = new ArrayList<>();
    for (String run : versions.split("\\.", -1)) {
      int times = run.indexOf('*');
      int count = times < 0 ? 1 : Integer.parseInt(run.substring(times + 1));
      for (int i = 0; i < count && !run.isEmpty(); i++) {
        labels.add(times < 0 ? run : run.substring(0, times));
      }
    }
    return labels;
  }
}
