package io.deltamirror.lake.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.deltamirror.core.schema.TableName;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PassTest {
  private static final TableName TABLE = new TableName("public", "t");
  private static final RowSink IGNORE = row -> {};

  private final ExecutorService thread = Executors.newSingleThreadExecutor();

  @AfterEach
  void stop() {
    thread.shutdownNow();
  }

  private static Consumer<RowSink> rows(int count) {
    RowImage row = KeyBucketsTest.row(1, 1);
    return sink -> {
      for (int i = 0; i < count; i++) {
        sink.row(row);
      }
    };
  }

  private static void endlessly(RowSink sink) {
    RowImage row = KeyBucketsTest.row(1, 1);
    while (true) {
      sink.row(row);
    }
  }

  private static void failing(RowSink sink) {
    throw new IllegalStateException("broken");
  }

  @Test
  void aFailingMirrorStopsTheSource() {
    Pass pass = new Pass(TABLE, IGNORE, IGNORE, VerifyListener.SILENT);

    assertThatThrownBy(() -> pass.run(PassTest::endlessly, PassTest::failing, thread))
        .hasMessage("broken");
  }

  @Test
  void aFailingSourceStopsTheMirror() {
    Pass pass = new Pass(TABLE, IGNORE, IGNORE, VerifyListener.SILENT);

    assertThatThrownBy(() -> pass.run(PassTest::failing, PassTest::endlessly, thread))
        .hasMessage("broken");
  }

  @Test
  void progressIsToldOnTheWayAndAtTheEnd() {
    List<String> told = new ArrayList<>();
    VerifyListener listener =
        new VerifyListener() {
          @Override
          public void reading(TableName table, long sourceRows, long mirrorRows) {
            told.add(sourceRows + "/" + mirrorRows);
          }
        };

    new Pass(TABLE, IGNORE, IGNORE, listener).run(rows(70_000), rows(3), thread);

    assertThat(told).hasSize(2).last().isEqualTo("70000/3");
  }
}
