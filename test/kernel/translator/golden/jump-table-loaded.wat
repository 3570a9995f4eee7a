;; A switch as clang and gcc -O0 make it: the table is read into the register that is then jumped through.
;; 0x00001000  83 f8 02              cmp eax, 0x2
    local.get $eax
    local.tee $flags.a
    i32.const 2
    local.tee $flags.b
    i32.sub
    local.tee $flags.result
    drop
;; 0x00001003  77 1a                 ja short 0x101f
    local.get $flags.a
    local.get $flags.b
    i32.gt_u
    if $4
      local.get $fuel
      i32.const -2
      i32.add
      local.set $fuel
      br $3
    end
;; 0x00001000  83 f8 02              cmp eax, 0x2
    block $5
      block $6
        block $7
;; 0x00001005  8b 04 85 00 20 00 00  mov eax, [eax*4+0x2000]
          local.get $eax
          local.set $index
          local.get $eax
          i32.const 2
          i32.shl
          i32.const 8192
          i32.add
          i32.load
          local.set $eax
;; 0x0000100c  ff e0                 jmp eax
          local.get $eax
          local.set $eip
          local.get $fuel
          i32.const -4
          i32.add
          local.set $fuel
          block $8
            block $9
              block $10
                block $11
                  local.get $index
                  br_table $11 $10 $9 $8
                end
                local.get $eip
                i32.const 4110
                i32.ne
                br_if $8
                br $5
              end
              local.get $eip
              i32.const 4116
              i32.ne
              br_if $8
              br $6
            end
            local.get $eip
            i32.const 4122
            i32.ne
            br_if $8
            br $7
          end
          local.get $stack
          local.set $esp
          i32.const 6425
          local.set $place
          br $1
          unreachable
        end
;; 0x0000101a  bb 1e 00 00 00        mov ebx, 0x1e
        i32.const 30
        local.set $ebx
        local.get $fuel
        i32.const -1
        i32.add
        local.set $fuel
        br $3
        unreachable
      end
;; 0x00001014  bb 14 00 00 00        mov ebx, 0x14
      i32.const 20
      local.set $ebx
;; 0x00001019  c3                    ret
      local.get $stack
      i32.load
      local.set $eip
      local.get $fuel
      i32.const -2
      i32.add
      local.set $fuel
      local.get $ebx
      global.set $ebx
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
    end
;; 0x0000100e  bb 0a 00 00 00        mov ebx, 0xa
    i32.const 10
    local.set $ebx
;; 0x00001013  c3                    ret
    local.get $stack
    i32.load
    local.set $eip
    local.get $fuel
    i32.const -2
    i32.add
    local.set $fuel
    local.get $ebx
    global.set $ebx
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
    unreachable
  end
;; 0x0000101f  c3                    ret
  local.get $stack
  i32.load
  local.set $eip
  local.get $fuel
  i32.const -1
  i32.add
  local.set $fuel
  local.get $ebx
  global.set $ebx
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
