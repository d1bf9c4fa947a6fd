#!/bin/bash
# Brings the password of the user admin, the teams of Grafana, their members and who sees which folder
# to what the files say. Grafana reads none of these from files, or not again, and has no JSON reader in
# its image: bodies are made in advance, and of the answers only the number of a team is used.
set -euo pipefail
directory=$(dirname "$0") secret=${ADMIN_FILES:-/etc/grafana/admin}
# As it stands in quotes, for curl and in JSON alike.
quoted() {
  local text
  text=$(<"$secret/$1")
  text=${text//\\/\\\\}
  printf '"%s%s"' "${2-}" "${text//\"/\\\"}"
}

# Passwords stay out of the list of processes.
call_with() { # <key of the password> <option>...
  curl --silent --show-error --max-time 20 --header 'Content-Type: application/json' \
    --config <(printf 'user = %s\n' "$(quoted "$1" admin:)") "${@:2}"
}
call() { call_with password "$@"; }
status() { call --output /dev/null --write-out '%{http_code}' "$@"; }
expect() { # <what is done> <status> <accepted>...
  local what=$1 got=$2
  shift 2
  for accepted; do [ "$got" = "$accepted" ] && return; done
  echo "$what: Grafana answers $got" >&2
  exit 1
}
team_id() {
  local answer
  answer=$(call "$GRAFANA_URL/api/teams/search?name=$1")
  [[ $answer =~ \"id\":\ *([0-9]+) ]] || { echo "team $1: Grafana does not know it" >&2; exit 1; }
  echo "${BASH_REMATCH[1]}"
}

answer=$(status "$GRAFANA_URL/api/user")
if [ "$answer" = 401 ] && [ -e "$secret/previous-password" ]; then
  changed=$(call_with previous-password --output /dev/null --write-out '%{http_code}' --request PUT \
    --data-binary @<(printf '{"oldPassword":%s,"newPassword":%s}' \
      "$(quoted previous-password)" "$(quoted password)") "$GRAFANA_URL/api/user/password")
  expect "password of admin" "$changed" 200
  echo "password of admin: changed"
else
  expect "user admin" "$answer" 200
fi

while read -r team members; do
  expect "team $team" "$(status --data "{\"name\":\"$team\"}" "$GRAFANA_URL/api/teams")" 200 409
  id=$(team_id "$team")
  signed_in=()
  for member in ${members//,/ }; do
    found=$(status --get --data-urlencode "loginOrEmail=$member" "$GRAFANA_URL/api/users/lookup")
    expect "user $member" "$found" 200 404
    if [ "$found" = 200 ]; then signed_in+=("\"$member\""); fi
  done
  list=$(IFS=,; echo "${signed_in[*]-}")
  expect "members of $team" "$(status --request PUT --data "{\"admins\":[],\"members\":[$list]}" \
    "$GRAFANA_URL/api/teams/$id/members")" 200
  # 409 or 412: the folder is there.
  expect "folder $team" "$(status --data "{\"uid\":\"$team\",\"title\":\"$team\"}" \
    "$GRAFANA_URL/api/folders")" 200 409 412
done < "$directory/teams"

# A line: the folder, whom its roles let see it, and <team>=<permission> for each team.
while read -r folder roles grants; do
  items=${roles#-}
  for grant in $grants; do
    id=$(team_id "${grant%=*}")
    items+="${items:+,}{\"teamId\":$id,\"permission\":${grant#*=}}"
  done
  expect "permissions of $folder" "$(status --data "{\"items\":[$items]}" \
    "$GRAFANA_URL/api/folders/$folder/permissions")" 200
done < "$directory/folders"
