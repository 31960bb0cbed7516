package io.deltamirror.core.state;

import com.azure.core.http.HttpHeaderName;
import com.azure.core.http.HttpHeaders;
import com.azure.data.tables.models.TableEntity;
import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import io.deltamirror.core.state.MirrorStore.Document;
import java.util.regex.Pattern;

/**
 * A document as an entity of Table storage. Its text is in the properties that {@link EntityText}
 * makes; {@code write} is the id of the write that made this version.
 *
 * @param entity as the service returned it
 */
record DocumentEntity(TableEntity entity) {
  private static final String WRITE = "write";
  private static final String ETAG = "odata.etag";

  /** Also keeps out what Table storage forbids, and what a filter would have to escape. */
  private static final Pattern KEY = Pattern.compile("[A-Za-z0-9._:-]{1,255}");

  static boolean isKey(String text) {
    return KEY.matcher(text).matches();
  }

  static void checkKeys(String mirror, String name) {
    if (!isKey(mirror) || !isKey(name)) {
      throw new IllegalArgumentException("not the name of a document");
    }
  }

  static TableEntity key(String mirror, String name) {
    checkKeys(mirror, name);
    return new TableEntity(mirror, name);
  }

  static TableEntity of(String mirror, String name, String text, String write) {
    TableEntity entity = key(mirror, name);
    if (text.length() > MirrorStore.MAX_LENGTH) {
      throw new IllegalArgumentException(name + " has " + text.length() + " characters");
    }
    EntityText.put(text, entity);
    return entity.addProperty(WRITE, write);
  }

  /** Makes a write of the entity depend on that version. */
  static void condition(TableEntity entity, String etag) {
    entity.addProperty(ETAG, etag);
  }

  /** The version that a write has made. */
  static String etagOf(HttpHeaders headers) {
    String etag = checkedEtag(headers.getValue(HttpHeaderName.ETAG));
    // The SDK takes the last quotation mark off, in a header alone; a condition needs it.
    return etag.startsWith("W/\"") && !etag.endsWith("\"") ? etag + '"' : etag;
  }

  private static String checkedEtag(String etag) {
    if (etag == null || etag.isBlank()) {
      throw invalid("an answer without an ETag");
    }
    return etag;
  }

  /** The id of the write that made this version. */
  String write() {
    return entity.getProperty(WRITE) instanceof String text ? text : "";
  }

  /**
   * What it says.
   *
   * @throws MirrorException {@code STATE_UNAVAILABLE} when it is not one that {@link #of} made
   */
  Document document() {
    String mirror = entity.getPartitionKey();
    String name = entity.getRowKey();
    if (mirror == null || name == null || !isKey(mirror) || !isKey(name)) {
      throw invalid("an entity that is not a document");
    }
    return new Document(mirror, name, EntityText.of(entity), checkedEtag(entity.getETag()));
  }

  static MirrorException invalid(String what) {
    return new MirrorException(
        ErrorCode.STATE_UNAVAILABLE, "the state store answered with " + what);
  }
}
