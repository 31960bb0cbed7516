package io.deltamirror.worker;

import io.deltamirror.core.source.PasswordSource;
import io.deltamirror.core.storage.LakeStorage;
import java.util.concurrent.ExecutorService;

/** What the mirrors of one worker share. */
record WorkerParts(
    WorkerConfig config,
    LakeStorage lake,
    PasswordSource passwords,
    ExecutorService threads,
    Health health) {}
