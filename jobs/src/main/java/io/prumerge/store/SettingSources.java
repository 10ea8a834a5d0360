package io.prumerge.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.mapred.JobConf;

/**
 * What Hadoop remembers of where each of its settings is from. {@link Configuration#write} packs
 * that with a compressor of its own for each of a thousand settings, tens of milliseconds of
 * processor time in place of one, and Spark writes them for every table that it reads or writes;
 * nothing asks there where a setting is from.
 */
public final class SettingSources {

  private SettingSources() {}

  /**
   * Forgets the sources of all settings; the settings stay. If files of settings are added later,
   * Hadoop reads all of them anew, with their sources. A Hadoop that remembers them elsewhere keeps
   * them.
   */
  public static void forget(Configuration hadoop) {
    new JobConf(false); // this class and those of file systems add files of settings when loaded
    try {
      FileSystem.getFileSystemClass("file", hadoop);
      hadoop.size(); // reads the files
      Field sources = Configuration.class.getDeclaredField("updatingResource");
      sources.setAccessible(true);
      ((Map<?, ?>) sources.get(hadoop)).clear();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (ReflectiveOperationException e) {
      return;
    }
  }
}
