package io.prumerge.fuzz;

import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.checkpoint.ModelFolders;
import io.prumerge.checkpoint.SafetensorsHeader;
import io.prumerge.config.CheckpointException;
import io.prumerge.config.LlavaConfig;
import io.prumerge.family.Families;
import io.prumerge.image.processor.ImageAspect;
import io.prumerge.pickle.PickleException;
import io.prumerge.pickle.TorchFile;
import io.prumerge.text.LlavaTokenizer;
import io.prumerge.text.TokenizerException;
import io.prumerge.text.TokenizerFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The files of a checkpoint folder. */
final class ModelFiles {

  /**
   * Parsed JSON takes a node or two per byte; the fixed part is for the other files and buffers.
   */
  private static final Target.Heap HEAP = new Target.Heap(16 << 20, 200);

  private static final String WEIGHTS = "model.safetensors";
  private static final String INDEX = "model.safetensors.index.json";
  private static final String TENSOR =
      "\"%s\":{\"dtype\":\"%s\",\"shape\":[%d,2],\"data_offsets\":[%d,%d]}";

  private static final Path LAYOUTS =
      Workplace.repository().resolve("udfs/src/test/resources/goldens/layouts");

  private ModelFiles() {}

  static List<Target> targets() {
    Path folder = copy(WEIGHTS);
    Target.Reader checkpoint = bytes -> Checkpoint.open(folder);
    Target.Reader tokenizer =
        bytes -> {
          try (LlavaTokenizer loaded = LlavaTokenizer.load(folder, Families.tokenizers())) {
            loaded.decode(loaded.encode("What is it?\n<image>"));
          }
        };
    LlavaConfig config = Checkpoint.configuration(folder);
    Target.Reader images =
        bytes -> Families.named("llava").imageProcessors(config, folder, ImageAspect.PAD);
    List<Target> targets = new ArrayList<>(List.of(weights(), index()));
    for (String name : List.of("config.json", "generation_config.json")) {
      targets.add(target(folder.resolve(name), checkpoint, CheckpointException.class));
    }
    for (String name : List.of("tokenizer.json", "tokenizer_config.json")) {
      targets.add(target(folder.resolve(name), tokenizer, TokenizerException.class));
    }
    targets.add(
        target(folder.resolve("preprocessor_config.json"), images, IllegalArgumentException.class));
    targets.addAll(List.of(saved(), pieces(), original(), adapter()));
    return targets;
  }

  /** Files of torch.save. */
  private static Target saved() {
    Path file = Workplace.folder().resolve("pytorch_model.bin");
    return new Target(
        "pytorch_model.bin",
        List.of(
            Workplace.bytes(LAYOUTS.resolve("projector/mm_projector.bin")),
            Workplace.bytes(LAYOUTS.resolve("fan/adapter_model.bin"))),
        bytes -> {
          Files.write(file, bytes);
          TorchFile.read(file);
        },
        List.of(PickleException.class),
        HEAP);
  }

  private static Target pieces() {
    Path folder = copy(LAYOUTS.resolve("vicuna"));
    return target(
        folder.resolve("tokenizer.model"),
        bytes -> TokenizerFiles.json(folder),
        TokenizerException.class);
  }

  private static Target original() {
    Path folder = copy(LAYOUTS.resolve("llava"));
    ModelFolders model =
        new ModelFolders(folder, Optional.empty(), Optional.of(LAYOUTS.resolve("clip")));
    return target(
        folder.resolve("config.json"), bytes -> Checkpoint.open(model), CheckpointException.class);
  }

  private static Target adapter() {
    Path folder = copy(LAYOUTS.resolve("patterns"));
    ModelFolders model =
        new ModelFolders(LAYOUTS.resolve("hf"), Optional.of(folder), Optional.empty());
    return target(
        folder.resolve("adapter_config.json"),
        bytes -> Checkpoint.open(model),
        CheckpointException.class);
  }

  private static Path copy(Path from) {
    Path folder = Workplace.folder();
    for (Path file : Workplace.files(from)) {
      try {
        Files.copy(file, folder.resolve(file.getFileName()));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return folder;
  }

  private static Target target(
      Path file, Target.Reader reader, Class<? extends Exception> refusal) {
    return new Target(
        file.getFileName().toString(),
        List.of(Workplace.bytes(file)),
        Workplace.replacing(file, reader),
        List.of(refusal),
        HEAP);
  }

  private static Target weights() {
    Path file = Workplace.folder().resolve(WEIGHTS);
    byte[] small =
        safetensors(
            TENSOR.formatted("a", "F32", 1, 0, 8)
                + ","
                + TENSOR.formatted("b", "BF16", 3, 8, 20)
                + ",\"__metadata__\":{\"format\":\"pt\"}",
            20);
    return new Target(
        WEIGHTS,
        List.of(small, safetensors(TENSOR.formatted("c", "I64", 0, 0, 0), 0)),
        bytes -> {
          Files.write(file, bytes);
          SafetensorsHeader.read(file);
        },
        List.of(CheckpointException.class),
        HEAP);
  }

  private static byte[] safetensors(String tensors, int data) {
    byte[] header = ("{" + tensors + "}").getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(Long.BYTES + header.length + data)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(header.length)
        .put(header)
        .array();
  }

  /** All tensors in one shard. */
  private static Target index() {
    Path folder = copy("model-00001-of-00001.safetensors");
    List<String> entries = new ArrayList<>();
    SafetensorsHeader.read(folder.resolve("model-00001-of-00001.safetensors"))
        .tensors()
        .forEach(
            tensor ->
                entries.add(
                    "\"%s\":\"model-00001-of-00001.safetensors\"".formatted(tensor.name())));
    Path index = folder.resolve(INDEX);
    try {
      Files.writeString(index, "{\"weight_map\":{" + String.join(",", entries) + "}}");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return target(index, bytes -> Checkpoint.open(folder), CheckpointException.class);
  }

  /** Writes the repository's small checkpoint with other names of the weights. */
  private static Path copy(String weights) {
    Path folder = Workplace.folder();
    for (Path file : Workplace.files(Workplace.repository().resolve("conf/mini-llava"))) {
      String name = file.getFileName().toString();
      try {
        Files.copy(file, folder.resolve(name.equals(WEIGHTS) ? weights : name));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return folder;
  }
}
