package io.deltamirror.core.control;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.deltamirror.core.change.Position;
import io.deltamirror.core.state.MirrorRun;
import io.deltamirror.core.state.MirrorRun.Phase;
import io.deltamirror.core.state.SourceIdentity;
import io.deltamirror.core.state.Standstill;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A mirror's state; as JSON it is the answer of Fabric's {@code getMirroringStatus}, with {@code
 * details} of our own.
 *
 * @param error why it does not run as wanted, or what holds up the functions behind it
 */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record MirrorReport(Phase status, Optional<ReportedFault> error, Details details) {

  /**
   * What Fabric does not tell.
   *
   * @param wanted whether people want it to run
   * @param sentLsn LSN up to which everything is in the hub, as PostgreSQL writes it
   * @param slotBytes WAL that the replication slot holds back, in bytes
   * @param at when the capture worker last said so
   * @param generationReason why the present generation of positions began, and with it a new copy
   *     of every table
   * @param deadLetters how many events could not be used, {@code 100+} for more; empty for none
   */
  @JsonInclude(JsonInclude.Include.NON_ABSENT)
  public record Details(
      boolean wanted,
      Optional<String> sentLsn,
      long slotBytes,
      Instant at,
      Optional<String> generationReason,
      Optional<String> deadLetters) {}

  /** The same with a number of dead letters, which are not in the state store. */
  public MirrorReport withDeadLetters(Optional<String> number) {
    return new MirrorReport(
        status,
        error,
        new Details(
            details.wanted(),
            details.sentLsn(),
            details.slotBytes(),
            details.at(),
            details.generationReason(),
            number));
  }

  static MirrorReport of(
      MirrorRun run, Optional<SourceIdentity> identity, List<Standstill> standstills) {
    return new MirrorReport(
        run.phase(),
        run.fault()
            .or(() -> standstills.stream().map(Standstill::fault).findFirst())
            .map(ReportedFault::of),
        new Details(
            run.wanted(),
            run.sent().map(Position::commitLsn).map(Position::lsnText),
            run.slotBytes(),
            run.at(),
            identity.flatMap(SourceIdentity::reason),
            Optional.empty()));
  }
}
