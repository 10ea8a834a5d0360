package io.prumerge.plan;

import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.checkpoint.ModelFolders;
import io.prumerge.config.LlavaConfig;
import io.prumerge.console.UsageException;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.ScriptSpecs;
import io.prumerge.reduction.TokenReducers;
import io.prumerge.settings.PinnedModel;
import io.prumerge.settings.RunSetting;
import io.prumerge.store.Folders;
import io.prumerge.text.ConversationTemplate;
import io.prumerge.text.TokenizerException;
import java.io.IOException;
import java.util.List;
import org.apache.hadoop.fs.Path;

/**
 * The checks of models and methods for which models' settings are enough: no session, no weights
 * and no examples are read.
 */
public final class ModelChecks {

  private final Folders folders;

  public ModelChecks(Folders folders) {
    this.folders = folders;
  }

  /**
   * Checks the models of a run. Those that are not on this host are checked when it is planned.
   *
   * @throws UsageException if one is not used as it can be
   * @throws io.prumerge.config.CheckpointException if there is none
   */
  public void check(EvaluateOptions options) throws IOException {
    for (PinnedModel model : options.models()) {
      if (model.endpoint().isPresent()) {
        RunPlanner.requireReachable(model, options);
      } else {
        requireTemplate(options.settings().get(RunSetting.CONVERSATION));
        String path = model.full().toString();
        if (isHere(path)) {
          LlavaConfig config = Checkpoint.configuration(folders.models().local(path));
          check(path, options.settings().model().sized(config), options.methods(model));
        }
      }
    }
  }

  /** Returns whether all folders of a model's full path are on this host. */
  public static boolean isHere(String model) {
    return ModelFolders.split(model).stream()
        .map(folder -> new Path(folder).toUri().getScheme())
        .allMatch(scheme -> scheme == null || scheme.equals("file"));
  }

  /** Refuses a conversation template that is neither known nor auto. */
  public static void requireTemplate(String name) {
    try {
      ConversationTemplate.require(name);
    } catch (TokenizerException e) {
      throw new UsageException(e.getMessage(), e);
    }
  }

  /**
   * Checks that a model can be asked with methods about some picture. Scripts, and methods that
   * need a CLIP model, are tried when a run is planned.
   *
   * @param model as errors name it
   * @throws UsageException naming all that cannot, each with the reason
   */
  public void check(String model, LlavaConfig config, List<MethodSpec> methods) throws IOException {
    SeenPictures pictures = SeenPictures.unknown(config);
    MethodTrials.of(
        pictures,
        model,
        methods,
        method ->
            ScriptSpecs.isScript(method) || !TokenReducers.of(method).clips().isEmpty()
                ? TrialOutcome.LATER
                : new MethodTrial(pictures, method, 0, 1, new ClipFolders(folders.models()))
                    .outcome());
  }
}
