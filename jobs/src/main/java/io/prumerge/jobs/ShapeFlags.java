package io.prumerge.jobs;

import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.checkpoint.ModelFolders;
import io.prumerge.cost.ModelShape;
import io.prumerge.estimate.ShapeTable;
import io.prumerge.estimate.ShapeTable.NamedShape;
import io.prumerge.plan.PinnedModel;
import io.prumerge.store.Folders;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** The models that {@code estimate} is about: by name, or by their folder. */
final class ShapeFlags {

  @Option(
      names = "--shape",
      split = ",",
      paramLabel = "NAME",
      description =
          "Models by name; default llava-1.5-7b,llava-1.5-13b. An unknown name lists all.")
  private List<String> shapes = List.of();

  @Option(
      names = "--model",
      paramLabel = "DIR",
      description = "A LLaVA folder; its config.json is enough.")
  private List<String> models = List.of();

  List<NamedShape> asked() {
    ShapeTable known = ShapeTable.bundled();
    List<NamedShape> all = new ArrayList<>(OptionText.readAll("--shape", shapes, known::named));
    for (String model : models) {
      ModelFolders folders = ModelFolders.parse(Folders.fullPath(model));
      ModelShape shape = ModelShape.of(Checkpoint.configuration(folders));
      all.add(new NamedShape(PinnedModel.name(folders.toString()), shape, 1));
    }
    return all.isEmpty() ? List.of(known.named("llava-1.5-7b"), known.named("llava-1.5-13b")) : all;
  }
}
