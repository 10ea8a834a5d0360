package io.prumerge.run;

import io.prumerge.console.Setting;
import io.prumerge.console.UsageException;
import io.prumerge.plan.EvaluateOptions;
import io.prumerge.plan.ModelChecks;
import io.prumerge.published.PublishedFile;
import io.prumerge.settings.RunSetting;
import io.prumerge.settings.RunTarget;
import io.prumerge.store.Folders;
import java.io.IOException;
import java.util.Optional;

/** The checks of a run that need no session, and none of its examples. */
public final class EarlyChecks {

  private EarlyChecks() {}

  /**
   * Checks contrasts, published figures, the run's folder and, unless that holds a finished run,
   * the models.
   *
   * @param target empty if no folder was named
   * @throws UsageException if one cannot be
   */
  public static void of(EvaluateOptions options, Optional<RunTarget> target, Folders folders)
      throws IOException {
    RunContrasts.check(options);
    PublishedFile.of(options.settings().find(RunSetting.PUBLISHED), folders);
    if (target.isPresent()) {
      RunDirectory directory = RunDirectory.of(folders, target.get().output());
      RunState state = directory.state();
      state.requireFit(target.get());
      if (state == RunState.FINISHED) {
        return; // its models may be gone
      }
      if (state == RunState.ABSENT) {
        folders.requirePlace(Setting.OUTPUT, target.get().output(), directory.root());
      }
    }
    options.examples().requirePresent(folders);
    new ModelChecks(folders).check(options);
  }
}
