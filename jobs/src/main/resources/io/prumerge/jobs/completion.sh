# Completes prumerge-spark in bash and zsh: source <(prumerge-spark generate-completion)

# One line for each option and positional parameter: COMMAND NAME VALUES KIND [CANDIDATE...]. The command is - before one
# is given, @1 is the first positional parameter, VALUES is 0, 1 or n. KIND is word, file, folder, free, list (words with
# commas between them) or model (folders with + between them).
_prumerge_spark_table='
- --archives 1 file
- --conf 1 free
- --deploy-mode 1 word client cluster
- --driver-class-path 1 file
- --driver-cores 1 free
- --driver-java-options 1 free
- --driver-library-path 1 folder
- --driver-memory 1 free
- --exclude-packages 1 free
- --executor-cores 1 free
- --executor-memory 1 free
- --files 1 file
- --jars 1 file
- --keytab 1 file
- --master 1 free
- --name 1 free
- --num-executors 1 free
- --packages 1 free
- --principal 1 free
- --properties-file 1 file
- --proxy-user 1 free
- --py-files 1 file
- --queue 1 free
- --repositories 1 free
- --total-executor-cores 1 free
- -c 1 free
@table@'

# Sets row to the end of a line of the table, from VALUES on; to nothing if there is no such line.
_prumerge_spark_row() { # COMMAND NAME
  row=${_prumerge_spark_table#*"
$1 $2 "}
  if [ "$row" = "$_prumerge_spark_table" ]; then
    row=
  else
    row=${row%%"
"*}
  fi
}

# Sets kind and candidates of what may stand in place of the last word, and kept to the part of it that stays.
_prumerge_spark_next() { # the words up to the cursor, without the first
  local row word line command=- option='' left=0 positions=0
  kind=free candidates='' kept=''
  while [ $# -gt 1 ]; do
    word=$1
    shift
    case $left$word in
      1*) left=0 && continue ;;
      n | n[!-]*) continue ;;
      [0n]-*=*)
        _prumerge_spark_row "$command" "${word%%=*}"
        left=${row%% *} option=${word%%=*}
        [ "$left" = n ] || left=0
        ;;
      [0n]-*)
        _prumerge_spark_row "$command" "$word"
        left=${row%% *} option=$word
        ;;
      *) if [ "$command" = - ]; then command=$word; else positions=$((positions + 1)); fi ;;
    esac
    left=${left:-0}
  done
  word=$1
  case $left$word in
    1* | n | n[!-]*) ;;
    [0n]-*=*) option=${word%%=*} kept=$option= ;;
    [0n]-*) option= ;;
    *) option=@$((positions + 1)) ;;
  esac
  [ -z "$option" ] || _prumerge_spark_row "$command" "$option"
  if [ -n "$option" ] && [ -n "$row" ]; then
    line=${row#* }
    kind=${line%% *}
    [ "$line" = "$kind" ] || candidates=${line#* }
  elif [ "$option" != "${option#@}" ] || [ -z "$option" ]; then
    kind=word
    while read -r line; do
      case $line in
        "$command -"*)
          line=${line#* }
          candidates="$candidates ${line%% *}"
          ;;
      esac
    done <<<"$_prumerge_spark_table"
  fi
  word=${word#"$kept"}
  case $kind in
    list) kind=word kept=$kept${word%"${word##*,}"} ;;
    model) kind=folder kept=$kept${word%"${word##*+}"} ;;
  esac
}

_prumerge_spark_bash() {
  local word words kind candidates kept current shown glued='' i
  # Where bash breaks words at = and :, they are put together again.
  words=()
  for ((i = 1; i <= COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]}
    case $word in
      *[!=:@]* | '')
        if [ -n "$glued" ]; then words[${#words[@]} - 1]+=$word; else words+=("$word"); fi
        glued=
        ;;
      *)
        if [ "${#words[@]}" -gt 0 ]; then words[${#words[@]} - 1]+=$word; else words+=("$word"); fi
        glued=1
        ;;
    esac
  done
  current=${words[${#words[@]} - 1]}
  _prumerge_spark_next "${words[@]}"
  # Bash replaces what stands behind the last break.
  shown=${COMP_WORDS[COMP_CWORD]}
  [ -z "$glued" ] || shown=
  current=${current#"$kept"}
  kept=${kept#"${words[${#words[@]} - 1]%"$shown"}"}
  COMPREPLY=()
  case $kind in
    word)
      for word in $candidates; do
        case $word in
          "$current"*) COMPREPLY+=("$kept$word") ;;
        esac
      done
      ;;
    file | folder)
      compopt -o filenames 2>/dev/null
      while IFS= read -r word; do
        COMPREPLY+=("$kept$word")
      done < <(if [ "$kind" = file ]; then compgen -f -- "$current"; else compgen -d -- "$current"; fi)
      ;;
  esac
}

_prumerge_spark_zsh() {
  local kind candidates kept
  _prumerge_spark_next "${words[@]:1:$((CURRENT - 1))}"
  [ -z "$kept" ] || compset -P "$kept"
  case $kind in
    word) compadd -- ${=candidates} ;;
    file) _files ;;
    folder) _path_files -/ ;;
  esac
}

if [ -n "$ZSH_VERSION" ]; then
  type compdef >/dev/null 2>&1 || { autoload -Uz compinit && compinit -i; }
  compdef _prumerge_spark_zsh prumerge-spark
else
  complete -F _prumerge_spark_bash prumerge-spark
fi
