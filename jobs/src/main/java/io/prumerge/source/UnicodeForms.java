package io.prumerge.source;

import io.prumerge.lang.Text;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.text.Normalizer;
import java.text.Normalizer.Form;
import java.util.Arrays;
import java.util.Collection;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;

/**
 * Names of files that look alike and differ in Unicode's normalization form alone, such as those
 * that an archive has from macOS.
 */
public final class UnicodeForms {

  private UnicodeForms() {}

  /**
   * Says of a name that no folder has which of them has it in another form; nothing if none has.
   *
   * @param folders where it was looked for
   * @param name may be that of a file in folders below
   * @return to stand behind what says that it is missing
   */
  public static String remark(Collection<String> folders, String name, Configuration hadoop)
      throws IOException {
    if (Normalizer.normalize(name, Form.NFC).equals(Normalizer.normalize(name, Form.NFD))) {
      return "";
    }
    for (String folder : folders) {
      Optional<Path> found = Optional.of(new Path(folder + "/"));
      for (String part : name.split("/")) {
        found = found.isEmpty() ? found : child(found.get(), part, hadoop);
      }
      if (found.isPresent()) {
        return Text.format(
            "; %s differs from it in Unicode's form alone (%s there, %s here), so rename one",
            found.get(), form(found.get().getName()), form(name));
      }
    }
    return "";
  }

  private static Optional<Path> child(Path folder, String name, Configuration hadoop)
      throws IOException {
    try {
      FileStatus[] all = folder.getFileSystem(hadoop).listStatus(folder);
      String same = Normalizer.normalize(name, Form.NFC);
      return Arrays.stream(all)
          .map(FileStatus::getPath)
          .filter(one -> Normalizer.normalize(one.getName(), Form.NFC).equals(same))
          .findFirst();
    } catch (FileNotFoundException e) {
      return Optional.empty();
    }
  }

  private static String form(String name) {
    return Normalizer.isNormalized(name, Form.NFC)
        ? Form.NFC.name()
        : Normalizer.isNormalized(name, Form.NFD) ? Form.NFD.name() : "a mixed one";
  }
}
