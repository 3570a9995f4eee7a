;; Repeated and single string instructions.
;; 0x00001000  f3 a5                 rep movsd [edi], [esi]
  local.get $ecx
  local.get $ecx
  i32.const 0
  i32.ne
  i32.sub
  i32.const 2
  i32.shr_u
  local.set $local19
  local.get $ecx
  i32.const 2
  i32.shl
  local.set $local18
  memory.size
  i32.const 16
  i32.shl
  local.set $local20
  local.get $ecx
  local.get $local20
  i32.const 2
  i32.shr_u
  i32.gt_u
  local.get $esi
  local.get $local20
  local.get $local18
  i32.sub
  i32.gt_u
  i32.or
  local.get $edi
  local.get $local20
  local.get $local18
  i32.sub
  i32.gt_u
  i32.or
  local.get $edi
  local.get $esi
  i32.sub
  i32.const 1
  i32.sub
  i32.const 3
  i32.lt_u
  i32.or
  local.get $local19
  i32.const 0
  i32.ne
  local.get $local19
  local.get $fuel
  i32.gt_s
  i32.and
  i32.or
  if $3
    i32.const 4096
    local.set $eip
    local.get $stack
    local.set $esp
    i32.const 54227
    local.set $place
    br $1
  end
  local.get $local18
  i32.const 96
  i32.ge_u
  local.get $edi
  local.get $esi
  i32.sub
  local.get $local18
  i32.ge_u
  i32.and
  if $4
    local.get $edi
    local.get $esi
    local.get $local18
    memory.copy
  else
    i32.const 0
    local.set $local21
    local.get $local18
    if $5
      loop $6
        local.get $edi
        local.get $local21
        i32.add
        local.get $esi
        local.get $local21
        i32.add
        i32.load
        i32.store
        local.get $local21
        i32.const 4
        i32.add
        local.tee $local21
        local.get $local18
        i32.lt_u
        br_if $6
      end
    end
  end
  local.get $esi
  local.get $local18
  i32.add
  local.set $esi
  local.get $edi
  local.get $local18
  i32.add
  local.set $edi
  i32.const 0
  local.set $ecx
  local.get $fuel
  local.get $local19
  i32.sub
  local.set $fuel
;; 0x00001002  aa                    stosb [edi]
  local.get $edi
  local.get $eax
  i32.store8
  local.get $edi
  i32.const 1
  i32.add
  local.set $edi
;; 0x00001003  c3                    ret
  local.get $stack
  i32.load
  local.set $eip
  local.get $fuel
  i32.const -3
  i32.add
  local.set $fuel
  local.get $ecx
  global.set $ecx
  local.get $esi
  global.set $esi
  local.get $edi
  global.set $edi
  local.get $fuel
  i64.extend_i32_u
  i64.const 32
  i64.shl
  local.get $eip
  i64.extend_i32_u
  i64.or
  local.get $eax
  return
  unreachable
