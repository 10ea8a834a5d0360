package io.prumerge;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.commons.io.FileUtils;

/** Moves what an earlier version wrote in {@code /srv/prumerge} to the folder of a test. */
final class FormerFolder {

  private static final Path ROOT = Path.of(System.getProperty("project.root"));
  private static final String PLACE = "/srv/prumerge/";

  private FormerFolder() {}

  /**
   * Copies a folder of {@code src/test/resources/runs}, and the model that answered to {@code
   * model} in it. The runs name both where they are now, as one who moves a run corrects its
   * manifest.
   */
  static void copy(String name, Path folder) throws IOException {
    Path former = ROOT.resolve("jobs/src/test/resources/runs").resolve(name);
    FileUtils.copyDirectory(former.toFile(), folder.toFile());
    Path model = ROOT.resolve("udfs/src/test/resources/goldens/checkpoints/mha");
    FileUtils.copyDirectory(model.toFile(), folder.resolve("model").toFile());
    for (String run : List.of("run", "unfinished")) {
      Path manifest = folder.resolve(run).resolve("manifest.json");
      if (Files.exists(manifest)) {
        Files.writeString(manifest, Files.readString(manifest).replace(PLACE, folder + "/"));
      }
    }
  }
}
