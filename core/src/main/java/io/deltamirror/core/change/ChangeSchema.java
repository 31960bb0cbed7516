package io.deltamirror.core.change;

import io.deltamirror.core.change.RowChange.Kind;
import java.util.Arrays;
import java.util.List;
import org.apache.avro.JsonProperties;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;

/** The Avro record of a change: the envelope, and the table's row twice. */
final class ChangeSchema {
  private ChangeSchema() {}

  static Schema of(Schema row) {
    Schema kind =
        Schema.createEnum(
            "Kind", null, "io.deltamirror", Arrays.stream(Kind.values()).map(Kind::name).toList());
    Schema micros = LogicalTypes.timestampMicros().addToSchema(Schema.create(Schema.Type.LONG));
    Schema maybeRow = Schema.createUnion(Schema.create(Schema.Type.NULL), row);
    return Schema.createRecord(
        "Change",
        null,
        "io.deltamirror",
        false,
        List.of(
            new Schema.Field("kind", kind),
            new Schema.Field("commitLsn", Schema.create(Schema.Type.LONG)),
            new Schema.Field("ordinal", Schema.create(Schema.Type.LONG)),
            new Schema.Field("xid", Schema.create(Schema.Type.LONG)),
            new Schema.Field("commitTime", micros),
            new Schema.Field("old", maybeRow, null, JsonProperties.NULL_VALUE),
            new Schema.Field("row", maybeRow, null, JsonProperties.NULL_VALUE),
            new Schema.Field("unchanged", Schema.createArray(Schema.create(Schema.Type.INT)))));
  }
}
