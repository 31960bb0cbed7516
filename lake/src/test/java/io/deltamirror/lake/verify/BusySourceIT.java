package io.deltamirror.lake.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.deltamirror.lake.verify.MirrorProgress.Standing;
import io.deltamirror.lake.verify.RowDifference.Kind;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BusySourceIT extends SmallTableFixture {
  @Test
  void aRowThatTheMirrorGetsLaterIsEqual() {
    insertSmall(1, 2);
    MirroredTable mirror = mirrorOfSmall(rows(1));
    ScriptedProgress progress =
        new ScriptedProgress().then(() -> {}).then(() -> mirror.append(rows(2)));

    assertThat(verify(rounds(5), progress, "small").outcome()).isEqualTo(Outcome.EQUAL);
    assertThat(progress.calls()).isEqualTo(2);
  }

  @Test
  void aRowThatMovesBetweenLooksIsJudgedWhenItRests() {
    insertSmall(1, 2);
    MirroredTable mirror = mirrorOfSmall(rows(1));
    ScriptedProgress progress =
        new ScriptedProgress()
            .then(() -> {})
            .then(() -> source.run("UPDATE public.small SET name = 'x' WHERE id = 2"))
            .then(() -> mirror.append(new Object[] {2, "x", 2.5, NOON + 2}))
            .then(() -> source.run("UPDATE public.small SET name = 'y' WHERE id = 2"));

    assertThat(verify(rounds(9), progress, "small").outcome()).isEqualTo(Outcome.EQUAL);
    assertThat(progress.calls()).isEqualTo(3);
  }

  @Test
  void aRowThatStaysDifferentWhileOthersCatchUpIsADifference() {
    insertSmall(1, 2, 3);
    MirroredTable mirror = mirrorOfSmall(rows(1));
    ScriptedProgress progress =
        new ScriptedProgress().then(() -> {}).then(() -> mirror.append(rows(3)));

    TableReport report = only(verify(rounds(5), progress, "small"));

    assertThat(report.first()).containsExactly(difference(Kind.MISSING, 2));
    assertThat(progress.calls()).isEqualTo(3);
  }

  @Test
  void aRowThatNeverRestsCannotBeDecided() {
    insertSmall(1);
    mirrorOfSmall(rows(1));
    MirrorProgress moving =
        (oid, atMost) -> {
          source.run("UPDATE public.small SET ratio = ratio + 1");
          return new Standing.CaughtUp();
        };

    VerifyReport report = verify(rounds(4), moving, "small");

    assertThat(report.exitCode()).isEqualTo(2);
    assertThat(only(report).reason()).contains("1 of its rows changed at each look");
    assertThat(only(report).first()).isEmpty();
  }

  @Test
  void tooManyMovingRowsEndUndecided() {
    source.run("INSERT INTO public.small SELECT i, '', 0, NULL FROM generate_series(1, 300) AS i");
    MirroredTable mirror = new MirroredTable(lake, "small", SMALL);
    Object[][] all =
        IntStream.rangeClosed(1, 300)
            .mapToObj(id -> new Object[] {id, "", 0.0, null})
            .toArray(Object[][]::new);
    mirror.append(all);
    // All rows differ at each comparison, and all are equal when they are looked at again.
    MirrorProgress moving =
        new MirrorProgress() {
          private int calls;

          @Override
          public Standing catchUp(long oid, Duration atMost) {
            source.run("UPDATE public.small SET ratio = " + (calls++ % 2 == 0 ? 1 : 0));
            return new Standing.CaughtUp();
          }
        };

    VerifyReport report = verify(rounds(4), moving, "small");

    assertThat(report.exitCode()).isEqualTo(2);
    assertThat(only(report).reason()).contains("too many of its rows are changing");
  }

  @Test
  void equalTablesNeedNoRunningMirror() {
    insertSmall(1);
    mirrorOfSmall(rows(1));

    assertThat(verify(rounds(2), (oid, atMost) -> new Standing.StreamBehind("b"), "small"))
        .matches(report -> report.exitCode() == 0);
  }

  @Test
  void differencesToAMirrorThatIsBehindCannotBeDecided() {
    insertSmall(1, 2);
    mirrorOfSmall(rows(1));

    VerifyReport report =
        verify(rounds(2), (oid, atMost) -> new Standing.StreamBehind("behind"), "small");

    assertThat(report.exitCode()).isEqualTo(2);
    assertThat(only(report).reason()).contains("behind");
    assertThat(only(report).sourceRows()).isEqualTo(2);
  }

  @Test
  void aMirrorThatStandsStillIsWaitedForOnce() {
    insertSmall(1, 2);
    mirrorOfSmall(rows(1));
    List<Duration> waits = new java.util.ArrayList<>();
    MirrorProgress standingStill =
        (oid, atMost) -> {
          waits.add(atMost);
          return new Standing.StreamBehind("behind");
        };

    verify(rounds(2), standingStill, "small", "small");

    assertThat(waits).containsExactly(Duration.ofSeconds(5), Duration.ZERO);
  }

  @Test
  void aTableThatIsNotReadyCannotBeDecided() {
    insertSmall(1);
    mirrorOfSmall(rows(1));

    VerifyReport report =
        verify(rounds(2), (oid, atMost) -> new Standing.TableNotReady("seeding"), "small");

    assertThat(report.exitCode()).isEqualTo(2);
    assertThat(only(report).reason()).contains("seeding");
  }

  @Test
  void aTableWithoutADeltaTableCannotBeDecided() {
    TableReport report = only(verify("small"));

    assertThat(report.outcome()).isEqualTo(Outcome.UNDECIDED);
    assertThat(report.reason()).contains("it has no Delta table yet");
  }
}
