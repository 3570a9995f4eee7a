;; LOOP and JECXZ count in ECX and leave the flags alone.
;; 0x00001000  e3 04                 jecxz 0x1006
    local.get $ecx
    i32.eqz
    br_if $4
    loop $5
      local.get $fuel
      i32.const 0
      i32.le_s
      if $6
        i32.const 4098
        local.set $eip
        br $1
      end
      local.get $fuel
      i32.const -2
      i32.add
      local.set $fuel
;; 0x00001002  01 d8                 add eax, ebx
      local.get $eax
      local.get $ebx
      i32.add
      local.set $eax
;; 0x00001004  e2 fc                 loop 0x1002
      local.get $ecx
      i32.const 1
      i32.sub
      local.tee $ecx
      i32.const 0
      i32.ne
      br_if $5
      br $4
      unreachable
    end
    unreachable
  end
  local.get $fuel
  i32.const -1
  i32.add
  local.set $fuel
;; 0x00001006  c3                    ret
  local.get $esp
  i32.load
  local.set $eip
  local.get $eip
  i32.eqz
  local.get $esp
  local.get $entry.esp
  i32.ne
  i32.or
  i32.eqz
  if $7
    local.get $ecx
    global.set $ecx
    local.get $edx
    global.set $edx
    local.get $fuel
    i64.extend_i32_u
    i64.const 32
    i64.shl
    local.get $eip
    i64.extend_i32_u
    i64.or
    local.get $eax
    return
  end
  local.get $esp
  i32.const 4
  i32.add
  local.set $esp
  br $1
  unreachable
  unreachable
