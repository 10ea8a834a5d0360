package io.prumerge.model.text;

import io.prumerge.checkpoint.ClipCheckpoint;
import io.prumerge.checkpoint.HubModels;
import io.prumerge.config.CheckpointException;
import io.prumerge.config.LlavaConfig;
import io.prumerge.reduction.ReductionException;
import io.prumerge.text.TokenizerException;
import io.prumerge.torch.Torch;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The CLIP models that are open in addition to a model, each loaded once, when a method first names
 * it, and again if its files were changed. Unless a folder was {@link #place placed} under it, a
 * name is a path of this host, or one on Hugging Face's hub, in this host's cache. Thread-safe.
 */
public final class ClipModels implements AutoCloseable {

  private final Torch torch;
  private final LlavaConfig config;
  private final String device;
  private final Map<String, Path> places = new HashMap<>();
  private final Map<Path, ClipModel> loaded = new HashMap<>();
  // Others' requests may be at work with them.
  private final List<ClipModel> replaced = new ArrayList<>();

  public ClipModels(Torch torch, LlavaConfig config, String device) {
    this.torch = torch;
    this.config = config;
    this.device = device;
  }

  /**
   * Says where on this host the folder of a name is, and loads it if it is not loaded yet.
   *
   * @return the model's {@link ClipCheckpoint}
   * @throws CheckpointException if it is no CLIP model, or does not fit the vision tower
   */
  public synchronized ClipCheckpoint place(String name, Path folder) {
    ClipCheckpoint checkpoint = at(folder).checkpoint();
    places.put(name, folder);
    return checkpoint;
  }

  /**
   * Returns the model of a name.
   *
   * @throws ReductionException if there is none that fits
   */
  public synchronized ClipModel named(String name) {
    try {
      Path folder =
          places.containsKey(name)
              ? places.get(name)
              : HubModels.find(name).orElseGet(() -> Path.of(name));
      ClipModel model = at(folder);
      places.put(name, folder);
      return model;
    } catch (CheckpointException | IllegalArgumentException e) {
      throw new ReductionException(e.getMessage());
    }
  }

  private ClipModel at(Path folder) {
    ClipModel known = loaded.get(folder);
    if (known != null && known.checkpoint().isSame()) {
      return known;
    }
    ClipCheckpoint.configuration(folder, config);
    ClipCheckpoint checkpoint = ClipCheckpoint.open(folder);
    try {
      ClipModel model = ClipModel.load(torch, checkpoint, device);
      if (known != null) {
        replaced.add(known);
      }
      loaded.put(folder, model);
      return model;
    } catch (TokenizerException e) {
      throw new CheckpointException(
          "Cannot use the CLIP model " + folder + ": " + e.getMessage(), e);
    }
  }

  @Override
  public synchronized void close() {
    loaded.values().forEach(ClipModel::close);
    loaded.clear();
    replaced.forEach(ClipModel::close);
    replaced.clear();
  }
}
