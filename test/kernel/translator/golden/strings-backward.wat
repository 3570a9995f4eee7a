;; As in the C library's memmove, where ranges overlap: from the upper end down. The three instructions are translated as one.
;; 0x00001000  fd                    std
  local.get $ecx
  local.get $ecx
  i32.const 0
  i32.ne
  i32.sub
  i32.const 2
  i32.shr_u
  i32.const 2
  i32.add
  local.set $local19
  local.get $ecx
  i32.const 0
  i32.shl
  local.set $local18
  memory.size
  i32.const 16
  i32.shl
  local.set $local20
  local.get $ecx
  local.get $local20
  i32.const 0
  i32.shr_u
  i32.gt_u
  local.get $esi
  i32.const 1
  i32.add
  local.get $local18
  i32.sub
  local.get $local20
  local.get $local18
  i32.sub
  i32.gt_u
  i32.or
  local.get $edi
  i32.const 1
  i32.add
  local.get $local18
  i32.sub
  local.get $local20
  local.get $local18
  i32.sub
  i32.gt_u
  i32.or
  local.get $esi
  local.get $edi
  i32.sub
  local.get $local18
  i32.lt_u
  i32.or
  local.get $local19
  local.get $fuel
  i32.gt_s
  i32.or
  if $3
    i32.const 4096
    local.set $eip
    local.get $stack
    local.set $esp
    i32.const 53970
    local.set $place
    br $1
  end
  local.get $edi
  i32.const 1
  i32.add
  local.get $local18
  i32.sub
  local.get $esi
  i32.const 1
  i32.add
  local.get $local18
  i32.sub
  local.get $local18
  memory.copy
  local.get $esi
  local.get $local18
  i32.sub
  local.set $esi
  local.get $edi
  local.get $local18
  i32.sub
  local.set $edi
  i32.const 0
  local.set $ecx
  local.get $fuel
  local.get $local19
  i32.sub
  local.set $fuel
;; 0x00001004  c3                    ret
  local.get $stack
  i32.load
  local.set $eip
  local.get $fuel
  i32.const -2
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
