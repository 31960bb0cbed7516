package io.deltamirror.lake.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.delta.kernel.types.StringType;
import io.deltamirror.core.schema.Column;
import io.deltamirror.core.schema.ReplicaIdentity;
import io.deltamirror.core.schema.TableName;
import io.deltamirror.core.schema.TableSchema;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class CopyTextTest {
  private static final RowShape SHAPE = shape();

  private static RowShape shape() {
    ValueForm text = ValueForms.of(SourceType.builtIn(25, -1), StringType.STRING).orElseThrow();
    TableSchema table =
        new TableSchema(
            1,
            new TableName("public", "t"),
            List.of(new Column(1, "a", 25, -1, "text", 1), new Column(2, "b", 25, -1, "text", 2)),
            ReplicaIdentity.DEFAULT);
    return new RowShape(table, List.of("a", "b"), List.of(text, text));
  }

  private static RowKey read(String line) {
    RowImage image = SHAPE.newImage();
    CopyText.read(line.getBytes(StandardCharsets.UTF_8), SHAPE, image);
    return image.key();
  }

  @Test
  void fieldsAreSeparatedByTabs() {
    assertThat(SHAPE.texts(read("one\ttwo ä\n")))
        .containsEntry("a", "one")
        .containsEntry("b", "two ä");
  }

  @Test
  void escapesAreResolved() {
    assertThat(SHAPE.texts(read("\\b\\f\\n\\r\\t\\v\\\\\tx\\\\N\\\\ty\n")))
        .containsEntry("a", "\b\f\n\r\t\u000b\\")
        .containsEntry("b", "x\\N\\ty");
  }

  @Test
  void nullIsNeitherEmptyNorItsOwnText() {
    assertThat(SHAPE.texts(read("\\\\N\\\\\t\\n\n")))
        .containsEntry("a", "\\N\\")
        .containsEntry("b", "\n");
    assertThat(SHAPE.texts(read("\\N\t\n"))).containsEntry("a", null).containsEntry("b", "");
    assertThat(SHAPE.texts(read("\\\\N\tN\n"))).containsEntry("a", "\\N").containsEntry("b", "N");
  }

  @Test
  void moreColumnsThanAskedForAreRefused() {
    assertThatThrownBy(() -> read("a\tb\tc\n")).isInstanceOf(IllegalStateException.class);
  }
}
