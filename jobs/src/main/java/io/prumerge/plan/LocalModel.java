package io.prumerge.plan;

import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.checkpoint.WeightsPin;
import io.prumerge.image.processor.ImageAspect;
import java.util.List;

/**
 * A model that executors load.
 *
 * @param checkpoint the checkpoint on this host
 * @param weights weights that every host's copy must have
 * @param imageAspect pad or crop, never auto
 * @param template name of the conversation template of its prompts
 * @param estimate its tokens and FLOPs
 * @param pictures of the examples, as it sees them
 * @param misfits sentences about the pictures that some methods cannot reduce
 * @param times sentences about the times of videos' frames
 */
public record LocalModel(
    Checkpoint checkpoint,
    WeightsPin weights,
    ImageAspect imageAspect,
    String template,
    RunEstimate estimate,
    SeenPictures pictures,
    List<String> misfits,
    List<String> times) {

  public LocalModel {
    misfits = List.copyOf(misfits);
    times = List.copyOf(times);
  }
}
