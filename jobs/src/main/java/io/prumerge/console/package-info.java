/** How a command speaks: tables, warnings, errors in one line, exit codes, versions. */
package io.prumerge.console;
