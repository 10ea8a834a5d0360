package io.prumerge.service;

import io.prumerge.lang.Text;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.net.URI;
import java.net.URL;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * Finds which class of which jar made {@link java.util.ServiceLoader} fail, whose errors name no
 * jar: it tries each listed class again.
 */
final class ServiceFault {

  private static final String FOLDER = "META-INF/services/";
  private static final String IN_JAR = "!/";

  private final Class<?> type;
  private final ClassLoader loader;
  private final Throwable found;

  /**
   * @param found what ServiceLoader threw
   */
  ServiceFault(Class<?> type, ClassLoader loader, Throwable found) {
    this.type = type;
    this.loader = loader;
    this.found = found;
  }

  /** Returns the error to throw. */
  ServiceException of(String noun) {
    try {
      for (URL list : Collections.list(loader.getResources(FOLDER + type.getName()))) {
        for (String name : names(list)) {
          Optional<String> problem = problem(name);
          if (problem.isPresent()) {
            return refused(noun, name, place(list.toString()), problem.get(), found);
          }
        }
      }
    } catch (IOException e) {
      found.addSuppressed(e);
    }
    return new ServiceException(
        Text.format(
            "Cannot load the %ss on the class path: %s; leave out the jar that lists it",
            noun, found.getMessage()),
        found);
  }

  /** Returns the error of a class in a jar, or in a folder of classes. */
  static ServiceException refused(
      String noun, String name, String place, String problem, Throwable cause) {
    return new ServiceException(
        Text.format(
            "Cannot load the %s %s of %s: %s; mend it, or leave it off the class path",
            noun, name, place, problem),
        cause);
  }

  /**
   * Returns the path of a jar or a folder.
   *
   * @param address of it, or of what is in it
   */
  static String place(String address) {
    int list = address.indexOf(address.contains(IN_JAR) ? IN_JAR : FOLDER);
    String jar = (list < 0 ? address : address.substring(0, list)).replaceFirst("^jar:", "");
    return jar.startsWith("file:") ? Path.of(URI.create(jar)).toString() : jar;
  }

  private static List<String> names(URL list) throws IOException {
    URLConnection connection = list.openConnection();
    connection.setUseCaches(false);
    try (InputStream in = connection.getInputStream()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .map(line -> line.replaceFirst("#.*", "").strip())
          .filter(line -> !line.isEmpty())
          .toList();
    }
  }

  private Optional<String> problem(String name) {
    int first = name.codePointAt(0);
    if (!Character.isJavaIdentifierStart(first)) { // such as a byte order mark
      return Optional.of(
          Text.format("the line begins with U+%04X, as no class's name does", first));
    }
    try {
      Class<?> listed = Class.forName(name, false, loader);
      if (!type.isAssignableFrom(listed)) {
        return Optional.of("it is no " + type.getName());
      }
      listed.getConstructor().newInstance();
      return Optional.empty();
    } catch (ClassNotFoundException e) {
      return Optional.of("there is no such class");
    } catch (InvocationTargetException | LinkageError e) {
      Throwable root = found; // a class fails with its own words once
      while (root.getCause() != null) {
        root = root.getCause();
      }
      return Optional.of(root.getClass().getSimpleName() + ": " + root.getMessage());
    } catch (ReflectiveOperationException e) {
      return Optional.of(
          "it must be public, not abstract, with a public constructor without parameters");
    }
  }
}
