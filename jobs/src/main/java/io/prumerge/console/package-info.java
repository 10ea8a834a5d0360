/** Output of commands: tables, warnings, one-line errors, exit codes and versions. */
package io.prumerge.console;
