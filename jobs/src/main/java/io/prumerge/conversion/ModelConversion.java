package io.prumerge.conversion;

import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.console.Console;
import io.prumerge.console.Phase;
import io.prumerge.console.Setting;
import io.prumerge.console.UsageException;
import io.prumerge.console.Wording;
import io.prumerge.image.ImageAspect;
import io.prumerge.store.Folders;
import io.prumerge.text.ConversationTemplate;
import io.prumerge.torch.Precision;
import io.prumerge.torch.WeightShards;
import io.prumerge.zoo.LlavaProcessor;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Converts a model of any layout, adapter included, into one folder in the Hugging Face layout.
 * Everything is written beside the folder, which gets its name when it is whole.
 */
public final class ModelConversion {

  private final Folders folders;
  private final Console console;

  /**
   * @param folders of the model and the output
   */
  public ModelConversion(Folders folders, Console console) {
    this.folders = folders;
    this.console = console;
  }

  /**
   * Converts a model and prints what the new folder holds.
   *
   * @param model {@code BASE[+ADAPTER][+CLIP]}
   * @param precision of all weights; empty: the type that most are stored in
   * @param output a folder that does not exist yet
   */
  public void run(String model, Optional<Precision> precision, String output) throws IOException {
    Path target = folders.absent(Setting.OUTPUT, output);
    Checkpoint checkpoint = Checkpoint.open(folders.models().local(Folders.fullPath(model)));
    // Refuses what no run could use: a tokenizer or an image processor that does not fit.
    LlavaProcessor.load(checkpoint, ImageAspect.AUTO, ConversationTemplate.DEFAULT).close();
    Precision stored = precision.orElseGet(() -> Precision.of(checkpoint.weightType()));
    Path partial =
        new Path(target.getParent(), "." + target.getName() + ".partial-" + UUID.randomUUID());
    // An instance of its own, for a setting: a model folder has no place for checksum files.
    try (FileSystem files = FileSystem.newInstance(target.toUri(), folders.hadoop())) {
      files.setWriteChecksum(false);
      long bytes = convert(checkpoint, stored, files, partial, target);
      console
          .out()
          .printf(
              Locale.ROOT, "%,d MB of weights in %s -> %s%n", bytes >> 20, stored.label(), output);
    }
  }

  private long convert(
      Checkpoint checkpoint, Precision precision, FileSystem files, Path partial, Path target)
      throws IOException {
    try {
      long bytes = write(checkpoint, precision, files, partial);
      if (files.exists(target) || !files.rename(partial, target)) {
        throw new UsageException(
            Wording.of(
                "%s %s was made by somebody else meanwhile; name a new folder, results are never overwritten",
                Setting.OUTPUT, target));
      }
      return bytes;
    } finally {
      files.delete(partial, true);
    }
  }

  private long write(Checkpoint checkpoint, Precision precision, FileSystem files, Path folder)
      throws IOException {
    WeightShards weights = new WeightShards(checkpoint, precision, WeightShards.SHARD_BYTES);
    long bytes = weights.bytes();
    for (Map.Entry<String, byte[]> file : SideFiles.of(checkpoint, precision.stored()).entrySet()) {
      try (OutputStream out = files.create(new Path(folder, file.getKey()), false)) {
        out.write(file.getValue());
      }
    }
    try (Phase phase = console.bytes("Writing the weights", bytes)) {
      weights.write(name -> files.create(new Path(folder, name), false), phase::at);
    }
    return bytes;
  }
}
